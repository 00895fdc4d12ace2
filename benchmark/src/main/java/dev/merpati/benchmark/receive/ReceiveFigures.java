package dev.merpati.benchmark.receive;

import dev.merpati.benchmark.footprint.CpuTimes;
import dev.merpati.benchmark.load.Measurement;

/**
 * How texts of phones reach an endpoint, each from the moment at which its phone is told to write it until the endpoint has read the
 * whole request.
 *
 * @param busy as fast as it goes
 * @param cpu what each process used during that
 * @param open at the given rate
 * @param openCpu what each process used during that
 */
public record ReceiveFigures(Measurement busy, CpuTimes cpu, Measurement open, CpuTimes openCpu) {}
