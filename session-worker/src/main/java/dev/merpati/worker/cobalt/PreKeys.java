package dev.merpati.worker.cobalt;

import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.PreKeyStock;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.keypair.SignalPreKeyPair;
import it.auties.whatsapp.util.SignalConstants;
import java.util.List;
import java.util.stream.IntStream;

/** One-time keys, with which others begin sessions with this device while it is away. */
final class PreKeys {
    private static final int BATCH = 30;
    private static final int KEPT = 10 * BATCH;

    private PreKeys() {}

    /** Makes new ones. They must be stored before they are uploaded, or nobody could read what is sent on them. */
    static List<SignalPreKeyPair> generate(Keys keys) {
        var first = keys.lastPreKeyId() + 1;
        var batch = IntStream.range(first, first + BATCH)
                .mapToObj(SignalPreKeyPair::random)
                .toList();
        batch.forEach(keys::addPreKey);
        PreKeyStock.keepNewest(keys, KEPT);
        return batch;
    }

    static Answer upload(Queries queries, Keys keys, List<SignalPreKeyPair> batch, Deadline deadline) {
        return queries.ask(
                "set",
                "encrypt",
                deadline,
                Node.of("registration", keys.encodedRegistrationId()),
                Node.of("type", SignalConstants.KEY_BUNDLE_TYPE),
                Node.of("identity", keys.identityKeyPair().publicKey()),
                Node.of("list", batch.stream().map(SignalPreKeyPair::toNode).toArray(Node[]::new)),
                keys.signedKeyPair().toNode());
    }
}
