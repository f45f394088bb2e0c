/** Microphones and speakers of this machine: which there are, whether one hears, how loud. Touches no call. */

/** @typedef {{id: string, label: string}} Device */

/** @returns {Promise<{inputs: Device[], outputs: Device[]}>} labels are empty until the microphone was allowed once */
export async function listDevices() {
  const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
  const of = (/** @type {MediaDeviceKind} */ kind) =>
    all.filter((device) => device.kind === kind && device.deviceId !== 'default' && device.label !== '').map(({ deviceId, label }) => ({ id: deviceId, label }));
  return { inputs: of('audioinput'), outputs: of('audiooutput') };
}

/**
 * @param {string} [device]
 * @returns {Promise<MediaStream|'denied'|'missing'>}
 */
export async function openMicrophone(device) {
  if (!navigator.mediaDevices) return 'missing';
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: device ? { deviceId: { exact: device } } : true });
  } catch (error) {
    return error instanceof DOMException && ['NotAllowedError', 'SecurityError'].includes(error.name) ? 'denied' : 'missing';
  }
}

/** @param {MediaStream} stream */
export const closeMicrophone = (stream) => stream.getTracks().forEach((track) => track.stop());

/**
 * @param {MediaStream} stream
 * @param {AudioContext} context
 * @returns {() => number} the loudness now, 0 to 1
 */
export function meterOf(stream, context) {
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return () => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    return Math.min(1, Math.sqrt(power) * 4);
  };
}
