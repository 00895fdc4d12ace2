package dev.merpati.benchmark.rest;

import dev.merpati.benchmark.footprint.CpuTimes;
import dev.merpati.benchmark.load.Measurement;
import dev.merpati.benchmark.text.TextFigures;

/**
 * What the REST API carries.
 *
 * @param busy texts by all sessions, each several at a time
 * @param cpu what each process used during that
 * @param checks of one number per request
 * @param batches of many numbers per request
 */
public record RestFigures(TextFigures texts, Measurement busy, CpuTimes cpu, Measurement checks, Measurement batches) {}
