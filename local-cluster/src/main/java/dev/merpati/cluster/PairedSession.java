package dev.merpati.cluster;

/**
 * A session that was paired with a phone.
 *
 * @param phone the number of that phone
 */
public record PairedSession(String id, String phone) {}
