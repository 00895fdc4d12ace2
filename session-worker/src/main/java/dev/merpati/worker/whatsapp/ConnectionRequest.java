package dev.merpati.worker.whatsapp;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whom to connect.
 *
 * @param credentials null to pair a new device by QR code
 * @param deviceName the name under "linked devices" on the phone
 * @param records what the connector has kept of the session, and where it keeps more
 */
public record ConnectionRequest(
        UUID sessionId, @Nullable Credentials credentials, String deviceName, SessionRecords records) {}
