/** Uses so much CPU time of this thread, in ms, whatever else the machine does meanwhile. Nothing else of the process runs. */
export function burnCpu(cpuMs: number): void {
  if (cpuMs === 0) return;
  const usedMs = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  const untilMs = usedMs() + cpuMs;
  while (usedMs() < untilMs);
}
