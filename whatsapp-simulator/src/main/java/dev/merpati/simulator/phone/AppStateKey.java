package dev.merpati.simulator.phone;

import dev.merpati.simulator.crypto.AesCbc;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.signal.SignalParty;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The key with which an account's devices encrypt their app state, and the patches that the phone makes with it: as in
 * {@code appstate} of whatsmeow. Derived from the phone's identity, so that it need not be stored.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record AppStateKey(byte[] id, byte[] data) {
    private static final int ID_BYTES = 6;
    private static final int KEY_BYTES = 32;
    private static final int IV_BYTES = 16;
    private static final int HASH_BYTES = 128;
    private static final byte SET = 1;

    /** A setting: its index as JSON, the encoded {@code SyncActionValue}, and the version of the action. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Setting(String index, byte[] value, int version) {}

    public static AppStateKey of(SignalParty phone) {
        byte[] data = Hash.hmac(phone.agree(phone.identityKey()), ascii("app state key"));
        return new AppStateKey(Arrays.copyOf(Hash.sha256(data), ID_BYTES), data);
    }

    /** What the first patch of a collection makes: a {@code SyncdSnapshot} of its version. */
    public byte[] snapshot(String collection, byte[] firstPatch) {
        byte[] sum = new byte[HASH_BYTES];
        ProtoBuilder snapshot =
                ProtoMessage.builder().message(1, ProtoMessage.builder().number(1, 1));
        for (ProtoMessage mutation : ProtoMessage.parse(firstPatch).messages(2)) {
            ProtoMessage record = mutation.requiredMessage(2);
            add(sum, integrity(mac(record)));
            snapshot.bytes(2, record.encoded());
        }
        return snapshot.bytes(3, Hash.hmac(part(derived(), 3), sum, version(1), ascii(collection)))
                .message(4, ProtoMessage.builder().bytes(1, id))
                .build();
    }

    /**
     * The second patch of a collection, which sets again what the first one has set. Its changes are not in it.
     *
     * @param store keeps them as a file, and returns the reference to it
     * @throws GeneralSecurityException if the first patch is not by this key
     */
    public byte[] secondPatch(String collection, byte[] firstPatch, UnaryOperator<byte[]> store)
            throws GeneralSecurityException {
        byte[] derived = derived();
        byte[] sum = new byte[HASH_BYTES];
        List<byte[]> macs = new ArrayList<>();
        ProtoBuilder mutations = ProtoMessage.builder();
        for (ProtoMessage mutation : ProtoMessage.parse(firstPatch).messages(2)) {
            ProtoMessage old = mutation.requiredMessage(2);
            byte[] blob = old.requiredMessage(2).requiredBytes(1);
            byte[] plaintext = AesCbc.decrypt(
                    part(derived, 1),
                    Arrays.copyOf(blob, IV_BYTES),
                    Arrays.copyOfRange(blob, IV_BYTES, blob.length - KEY_BYTES));
            byte[] sealed = seal(plaintext, part(derived, 1), part(derived, 2));
            byte[] mac = Arrays.copyOfRange(sealed, sealed.length - KEY_BYTES, sealed.length);
            macs.add(mac);
            // The value before goes from the sum, in which only the new one counts.
            add(sum, integrity(mac));
            mutations.message(
                    1,
                    ProtoMessage.builder()
                            .number(1, 0)
                            .message(2, record(old.requiredMessage(1).requiredBytes(1), sealed)));
        }
        byte[] snapshotMac = Hash.hmac(part(derived, 3), sum, version(2), ascii(collection));
        byte[] patchMac = Hash.hmac(
                part(derived, 4),
                snapshotMac,
                Bytes.concat(macs.toArray(byte[][]::new)),
                version(2),
                ascii(collection));
        return ProtoMessage.builder()
                .message(1, ProtoMessage.builder().number(1, 2))
                .bytes(3, store.apply(mutations.build()))
                .bytes(4, snapshotMac)
                .bytes(5, patchMac)
                .message(6, ProtoMessage.builder().bytes(1, id))
                .build();
    }

    private static byte[] mac(ProtoMessage record) {
        byte[] blob = record.requiredMessage(2).requiredBytes(1);
        return Arrays.copyOfRange(blob, blob.length - KEY_BYTES, blob.length);
    }

    private static byte[] integrity(byte[] mac) {
        return Hash.hkdf(mac, new byte[KEY_BYTES], ascii("WhatsApp Patch Integrity"), HASH_BYTES);
    }

    private static byte[] version(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private byte[] derived() {
        return Hash.hkdf(data, new byte[KEY_BYTES], ascii("WhatsApp Mutation Keys"), 5 * KEY_BYTES);
    }

    private ProtoBuilder record(byte[] indexMac, byte[] blob) {
        return ProtoMessage.builder()
                .message(1, ProtoMessage.builder().bytes(1, indexMac))
                .message(2, ProtoMessage.builder().bytes(1, blob))
                .message(3, ProtoMessage.builder().bytes(1, id));
    }

    /** The first patch of a collection: a {@code SyncdPatch} that sets everything. */
    public byte[] firstPatch(String collection, List<Setting> settings) {
        byte[] derived = derived();
        byte[] sum = new byte[HASH_BYTES];
        List<byte[]> macs = new ArrayList<>();
        ProtoBuilder patch =
                ProtoMessage.builder().message(1, ProtoMessage.builder().number(1, 1));
        for (Setting setting : settings) {
            byte[] blob = seal(setting, part(derived, 1), part(derived, 2));
            byte[] mac = Arrays.copyOfRange(blob, blob.length - KEY_BYTES, blob.length);
            macs.add(mac);
            add(sum, integrity(mac));
            byte[] indexMac = Hash.hmac(part(derived, 0), ascii(setting.index()));
            patch.message(2, ProtoMessage.builder().number(1, 0).message(2, record(indexMac, blob)));
        }
        byte[] version = version(1);
        byte[] name = ascii(collection);
        byte[] snapshotMac = Hash.hmac(part(derived, 3), sum, version, name);
        byte[] patchMac =
                Hash.hmac(part(derived, 4), snapshotMac, Bytes.concat(macs.toArray(byte[][]::new)), version, name);
        return patch.bytes(4, snapshotMac)
                .bytes(5, patchMac)
                .message(6, ProtoMessage.builder().bytes(1, id))
                .build();
    }

    private byte[] seal(Setting setting, byte[] cipherKey, byte[] macKey) {
        byte[] plaintext = ProtoMessage.builder()
                .bytes(1, ascii(setting.index()))
                .bytes(2, setting.value())
                .bytes(3, new byte[0])
                .number(4, setting.version())
                .build();
        return seal(plaintext, cipherKey, macKey);
    }

    private byte[] seal(byte[] plaintext, byte[] cipherKey, byte[] macKey) {
        byte[] iv = Bytes.random(IV_BYTES);
        byte[] sealed = Bytes.concat(iv, AesCbc.encrypt(cipherKey, iv, plaintext));
        byte[] about = Bytes.concat(new byte[] {SET}, id);
        byte[] length = ByteBuffer.allocate(Long.BYTES).putLong(about.length).array();
        return Bytes.concat(sealed, Arrays.copyOf(Hash.hmac512(macKey, about, sealed, length), KEY_BYTES));
    }

    /** Adds sixteen-bit words, the low byte first, each for itself ("LT hash"). */
    private static void add(byte[] sum, byte[] term) {
        ByteBuffer sums = ByteBuffer.wrap(sum).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer terms = ByteBuffer.wrap(term).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < HASH_BYTES; i += Short.BYTES) {
            sums.putShort(i, (short) (sums.getShort(i) + terms.getShort(i)));
        }
    }

    private static byte[] part(byte[] derived, int index) {
        return Arrays.copyOfRange(derived, index * KEY_BYTES, (index + 1) * KEY_BYTES);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
