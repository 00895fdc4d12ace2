package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.DeviceIdentity;
import java.util.Optional;

/** The check that a companion which begins a session belongs to the account that it writes for. */
final class SenderIdentity {
    private SenderIdentity() {}

    /**
     * Requires a valid {@code device-identity} in the stanza, as official clients do for every pre-key message.
     *
     * @throws IllegalArgumentException if there is none or it is not signed by both
     */
    static void require(IncomingMessage message) {
        Optional<byte[]> identity = message.stanza().child("device-identity").flatMap(Node::content);
        if (identity.isEmpty()) {
            throw new IllegalArgumentException("A pre-key message without a device-identity");
        }
        byte[] companionIdentity = message.sender().keys().identityKey();
        if (!DeviceIdentity.isValid(
                identity.get(), companionIdentity, message.account().identityKey())) {
            throw new IllegalArgumentException("The device-identity is not signed by the account and the device");
        }
    }
}
