package dev.merpati.simulator.rule;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A client broke a rule.
 *
 * @param number the client's account; null before it is linked
 * @param device the client's device; 0 before it is linked
 * @param sent what it sent, shortened, without contents and keys
 */
public record Refusal(Instant at, Rule rule, @Nullable String number, int device, String sent) {}
