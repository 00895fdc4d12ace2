package dev.merpati.benchmark.text;

import dev.merpati.benchmark.load.Measurement;

/**
 * How fast texts are sent.
 *
 * @param one by one session, a message at a time
 * @param all by all sessions, each a message at a time
 * @param open by all sessions together, at the given rate
 * @param sent how many were acknowledged in all, those of the warm-up included
 */
public record TextFigures(Measurement one, Measurement all, Measurement open, long sent) {}
