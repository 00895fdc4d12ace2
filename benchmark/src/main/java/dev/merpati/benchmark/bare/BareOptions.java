package dev.merpati.benchmark.bare;

import dev.merpati.benchmark.text.TextPlan;

/**
 * What the process is told that measures bare Cobalt.
 *
 * @param proxy where the simulator takes WhatsApp's clients
 * @param control where its control API is
 * @param authority a PEM file with its root certificate
 */
record BareOptions(String proxy, String control, String authority, TextPlan plan) {}
