package dev.merpati.worker.whatsapp;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whom to connect.
 *
 * @param credentials null to pair a new device by QR code
 * @param deviceName the name under "linked devices" on the phone
 */
public record ConnectionRequest(UUID sessionId, @Nullable Credentials credentials, String deviceName) {}
