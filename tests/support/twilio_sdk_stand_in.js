// Stands in for Twilio's Voice SDK where there is no account: the names that the softphone uses, and levers for a test.
// That the real package has these names is tested beside it.
(() => {
  class Emitter {
    listeners = {};
    on(event, listener) {
      (this.listeners[event] ??= []).push(listener);
      return this;
    }
    emit(event, ...values) {
      for (const listener of this.listeners[event] ?? []) listener(...values);
    }
  }

  class Call extends Emitter {
    state = 'connecting';
    muted = false;
    disconnect() {
      this.close();
    }
    mute(muted) {
      this.muted = muted;
    }
    status() {
      return this.state;
    }
    open() {
      this.state = 'open';
      this.emit('accept', this);
    }
    close() {
      if (this.state === 'closed') return;
      this.state = 'closed';
      this.emit('disconnect', this);
    }
  }

  class Device extends Emitter {
    static isSupported = true;
    calls = [];
    tokens = [];
    sounds = {};
    destroyed = false;
    audio = {
      isOutputSelectionSupported: true,
      inputs: [],
      outgoing: (on) => (this.sounds.outgoing = on),
      disconnect: (on) => (this.sounds.disconnect = on),
      setInputDevice: async (id) => void this.audio.inputs.push(id),
      speakerDevices: { chosen: [], set: async (id) => void this.audio.speakerDevices.chosen.push(id) },
    };
    constructor(token, options) {
      super();
      this.tokens.push(token);
      this.options = options;
      window.device = this;
    }
    async connect({ params }) {
      if (window.refuse) throw Object.assign(new Error('refused'), { code: window.refuse });
      const call = Object.assign(new Call(), { params });
      this.calls.push(call);
      if (!window.silent) queueMicrotask(() => queueMicrotask(() => setTimeout(() => call.open())));
      return call;
    }
    updateToken(token) {
      this.tokens.push(token);
    }
    destroy() {
      this.destroyed = true;
      this.calls.forEach((call) => call.close());
    }
  }

  window.Twilio = { Device, Call };
})();
