package dev.merpati.simulator.phone;

import java.time.Instant;

/**
 * A message that a phone has received and decrypted.
 *
 * @param from the number of the sender
 * @param fromDevice the sender's device; 0 is the phone
 * @param hidden whether the sender wrote to the phone's hidden id
 */
public record ReceivedMessage(
        String id, String from, int fromDevice, boolean hidden, MessageContent content, Instant receivedAt) {}
