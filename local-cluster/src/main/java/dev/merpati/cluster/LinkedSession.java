package dev.merpati.cluster;

/**
 * A session that was linked to a phone.
 *
 * @param phone the number of that phone
 */
public record LinkedSession(String id, String phone) {}
