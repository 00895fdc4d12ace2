package dev.merpati.simulator.phone;

import java.time.Instant;

/**
 * A message that an account sent.
 *
 * @param to the recipient's number
 * @param device the device that wrote it; 0 is the phone
 * @param hidden whether it went out under hidden ids
 * @param bytes the encoded {@code Message}, so that it can be sent again
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SentMessage(
        String id, String to, int device, boolean hidden, MessageContent content, byte[] bytes, Instant sentAt) {}
