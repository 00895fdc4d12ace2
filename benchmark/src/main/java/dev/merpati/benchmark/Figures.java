package dev.merpati.benchmark;

import dev.merpati.benchmark.footprint.Footprint;
import dev.merpati.benchmark.receive.ReceiveFigures;
import dev.merpati.benchmark.rest.RestFigures;
import dev.merpati.benchmark.text.TextFigures;
import java.time.Duration;
import java.util.SortedMap;

/**
 * All that one run measured.
 *
 * @param adapter bare Cobalt as the worker has it
 * @param published bare Cobalt as it is on Maven Central
 * @param received what phones wrote
 * @param coldStart with the worker's default pacing
 * @param fastColdStart with a pacing at which the machine is the limit
 * @param footprints of the worker by the number of connected sessions, 0 included
 * @param afterLoad the worker that has carried the load, with as many sessions
 */
record Figures(
        TextFigures adapter,
        TextFigures published,
        RestFigures rest,
        ReceiveFigures received,
        Duration coldStart,
        Duration fastColdStart,
        SortedMap<Integer, Footprint> footprints,
        Footprint afterLoad) {}
