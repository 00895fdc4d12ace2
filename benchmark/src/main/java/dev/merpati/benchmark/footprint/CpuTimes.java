package dev.merpati.benchmark.footprint;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The CPU time of processes so far.
 *
 * @param byName in the order in which the processes were given
 */
public record CpuTimes(Map<String, Duration> byName) {

    /** Looks at processes, given by name and id. */
    public static CpuTimes of(Map<String, Long> processes) {
        var times = new LinkedHashMap<String, Duration>();
        processes.forEach((name, pid) -> times.put(name, cpuTime(pid)));
        return new CpuTimes(times);
    }

    /** What each has used since. */
    public CpuTimes since(CpuTimes before) {
        var times = new LinkedHashMap<String, Duration>();
        byName.forEach((name, time) -> times.put(name, time.minus(before.byName.getOrDefault(name, Duration.ZERO))));
        return new CpuTimes(times);
    }

    private static Duration cpuTime(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }
}
