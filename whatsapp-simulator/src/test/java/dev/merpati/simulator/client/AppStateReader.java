package dev.merpati.simulator.client;

import dev.merpati.simulator.crypto.AesCbc;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.proto.ProtoMessage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Reads the first patch of an app-state collection and checks all its MACs, as clients do. */
public final class AppStateReader {
    private final byte[] keyId;
    private final byte[][] keys = new byte[5][];

    public AppStateReader(byte[] keyId, byte[] keyData) {
        this.keyId = keyId;
        byte[] derived = Hash.hkdf(keyData, new byte[32], text("WhatsApp Mutation Keys"), 160);
        for (int i = 0; i < keys.length; i++) {
            keys[i] = Arrays.copyOfRange(derived, 32 * i, 32 * (i + 1));
        }
    }

    /** The value under an index. */
    public ProtoMessage value(String collection, byte[] bytes, String index) throws Exception {
        ProtoMessage value = read(collection, bytes).get(index);
        if (value == null) {
            throw new IllegalStateException("No " + index + " in " + collection);
        }
        return value;
    }

    private Map<String, ProtoMessage> read(String collection, byte[] bytes) throws Exception {
        ProtoMessage patch = ProtoMessage.parse(bytes);
        Map<String, ProtoMessage> values = new HashMap<>();
        int[] sum = new int[64];
        byte[] macs = {};
        for (ProtoMessage mutation : patch.messages(2)) {
            ProtoMessage record = mutation.requiredMessage(2);
            byte[] blob = record.requiredMessage(2).requiredBytes(1);
            byte[] sealed = Arrays.copyOf(blob, blob.length - 32);
            byte[] mac = Arrays.copyOfRange(blob, blob.length - 32, blob.length);
            byte[] about = Bytes.concat(new byte[] {1}, keyId);
            byte[] length = {0, 0, 0, 0, 0, 0, 0, (byte) about.length};
            require(Arrays.equals(mac, Arrays.copyOf(Hash.hmac512(keys[2], about, sealed, length), 32)), "value MAC");
            byte[] plaintext =
                    AesCbc.decrypt(keys[1], Arrays.copyOf(sealed, 16), Arrays.copyOfRange(sealed, 16, sealed.length));
            ProtoMessage action = ProtoMessage.parse(plaintext);
            byte[] index = action.requiredBytes(1);
            require(
                    Arrays.equals(
                            Hash.hmac(keys[0], index), record.requiredMessage(1).requiredBytes(1)),
                    "index MAC");
            values.put(new String(index, StandardCharsets.UTF_8), action.requiredMessage(2));
            macs = Bytes.concat(macs, mac);
            byte[] term = Hash.hkdf(mac, new byte[32], text("WhatsApp Patch Integrity"), 128);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += (term[2 * i] & 0xff) | (term[2 * i + 1] & 0xff) << 8;
            }
        }
        byte[] hash = new byte[128];
        for (int i = 0; i < sum.length; i++) {
            hash[2 * i] = (byte) sum[i];
            hash[2 * i + 1] = (byte) (sum[i] >> 8);
        }
        byte[] version = {0, 0, 0, 0, 0, 0, 0, 1};
        byte[] snapshot = Hash.hmac(keys[3], hash, version, text(collection));
        require(Arrays.equals(snapshot, patch.requiredBytes(4)), "snapshot MAC");
        require(
                Arrays.equals(Hash.hmac(keys[4], snapshot, macs, version, text(collection)), patch.requiredBytes(5)),
                "patch MAC");
        return values;
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException("Wrong " + what);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
