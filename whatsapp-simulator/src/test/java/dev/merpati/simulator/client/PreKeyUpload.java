package dev.merpati.simulator.client;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.signal.PreKeyBundle;
import dev.merpati.simulator.signal.SignalParty;
import java.util.List;
import java.util.stream.IntStream;

/** The query by which a device gives the server pre-keys. */
final class PreKeyUpload {
    private PreKeyUpload() {}

    /** The query that uploads fresh pre-keys. */
    static Node of(SignalParty party, int count) {
        PreKeyBundle bundle = party.bundle();
        List<Node> keys = IntStream.range(0, count)
                .mapToObj(_ -> (PreKeyBundle.Some) party.bundle().oneTimeKey())
                .map(key -> Node.of("key", Node.of("id", Bytes.bigEndian(key.id(), 3)), Node.of("value", key.key())))
                .toList();
        return TestDevice.iq(
                "set",
                "encrypt",
                Node.of("registration", Bytes.bigEndian(bundle.registrationId(), 4)),
                Node.of("identity", bundle.identityKey()),
                Node.of("list").children(keys),
                Node.of(
                        "skey",
                        Node.of("id", Bytes.bigEndian(bundle.signedPreKeyId(), 3)),
                        Node.of("value", bundle.signedPreKey()),
                        Node.of("signature", bundle.signature())));
    }
}
