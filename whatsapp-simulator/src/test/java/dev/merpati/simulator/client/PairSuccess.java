package dev.merpati.simulator.client;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.crypto.Keys;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.signal.SignalParty;
import java.util.Arrays;

/** The server's {@code pair-success}, checked as strictly as the strictest clients do. */
final class PairSuccess {
    private final Node node;
    private final boolean hosted;
    private final ProtoMessage identity;

    /** @throws IllegalStateException if the phone did not see the code or did not sign the device */
    PairSuccess(Node iq, SignalParty party, byte[] secret) {
        node = iq.child("pair-success").orElseThrow();
        ProtoMessage wrapped =
                ProtoMessage.parse(node.childContent("device-identity").orElseThrow());
        hosted = wrapped.number(3).orElse(0) == 1;
        byte[] signed = wrapped.requiredBytes(1);
        byte[] prefix = hosted ? new byte[] {6, 5} : new byte[0];
        if (!Arrays.equals(Hash.hmac(secret, prefix, signed), wrapped.requiredBytes(2))) {
            throw new IllegalStateException("The phone did not see the code");
        }
        identity = ProtoMessage.parse(signed);
        byte[] details = identity.requiredBytes(1);
        if (hosted != (ProtoMessage.parse(details).number(5).orElse(0) == 1)) {
            throw new IllegalStateException("Container and details disagree about who hosts the account");
        }
        byte[] account = identity.requiredBytes(2);
        byte[] accountPrefix = hosted ? prefix : new byte[] {6, 0};
        if (!Keys.verify(
                account, Bytes.concat(accountPrefix, details, party.identityKey()), identity.requiredBytes(3))) {
            throw new IllegalStateException("The phone did not sign the device");
        }
    }

    boolean isHosted() {
        return hosted;
    }

    /** The identity with the device's signature, as it goes with every pre-key message. */
    byte[] countersign(SignalParty party, byte[] prefix) {
        byte[] details = identity.requiredBytes(1);
        byte[] account = identity.requiredBytes(2);
        byte[] signature = party.sign(Bytes.concat(prefix, details, party.identityKey(), account));
        return ProtoMessage.builder()
                .bytes(1, details)
                .bytes(3, identity.requiredBytes(3))
                .bytes(4, signature)
                .build();
    }

    Jid jid() {
        return address("jid");
    }

    Jid hiddenJid() {
        return address("lid");
    }

    /** Whether the account's chats are migrated to hidden ids. */
    boolean isMigrated() {
        byte[] props = node.childContent("client-props").orElseThrow();
        return ProtoMessage.parse(props).number(1).orElse(0) == 1;
    }

    private Jid address(String name) {
        return Jid.parse(node.child("device").orElseThrow().attribute(name)).orElseThrow();
    }
}
