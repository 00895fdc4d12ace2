package dev.merpati.simulator.phone;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.node.NodeReader;
import dev.merpati.simulator.node.NodeWriter;
import dev.merpati.simulator.signal.PartySnapshot;
import dev.merpati.simulator.signal.PreKeyBundle;
import dev.merpati.simulator.signal.SignalParty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A companion as it is stored; {@code waiting} are the encoded stanzas that it has not confirmed. {@code played} are the
 * private keys of a device that the simulator plays; null for a client, and in files of earlier versions. {@code preKeys} are
 * in place of {@code oneTimePreKeys}, which only such files have. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record CompanionSnapshot(
        int device,
        int keyIndex,
        byte[] noiseKey,
        byte[] identityKey,
        int registrationId,
        CompanionKeys.SignedPreKey signedPreKey,
        @Nullable List<PreKeyBundle.Some> oneTimePreKeys,
        byte @Nullable [] preKeys,
        List<byte[]> waiting,
        @Nullable PartySnapshot played) {

    static CompanionSnapshot of(Companion companion) {
        CompanionKeys keys = companion.keys();
        return new CompanionSnapshot(
                companion.jid().device(),
                companion.keyIndex(),
                companion.noiseKey(),
                keys.identityKey(),
                keys.registrationId(),
                keys.signed(),
                null,
                keys.snapshot(),
                companion.unconfirmed().stream().map(NodeWriter::encode).toList(),
                companion.played().map(SignalParty::snapshot).orElse(null));
    }

    Companion restore(String number) {
        CompanionKeys keys = new CompanionKeys(identityKey, registrationId, signedPreKey);
        if (preKeys != null) {
            keys.restore(preKeys);
        } else if (oneTimePreKeys != null) {
            keys.upload(registrationId, signedPreKey, oneTimePreKeys);
        }
        Companion companion = new Companion(
                Jid.companion(number, device),
                keyIndex,
                noiseKey,
                keys,
                played == null ? null : SignalParty.restore(played));
        for (byte[] node : waiting) {
            Node decoded = NodeReader.decode(node);
            companion.deliver(decoded);
        }
        return companion;
    }
}
