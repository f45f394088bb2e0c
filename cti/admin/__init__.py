"""The admins' door: live calls, reps, a call's time line with its decision."""
