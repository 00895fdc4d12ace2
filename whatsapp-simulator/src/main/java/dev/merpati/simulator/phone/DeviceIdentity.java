package dev.merpati.simulator.phone;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.crypto.Keys;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.signal.SignalParty;
import java.time.Instant;

/**
 * How a phone and a companion vouch for each other ("ADV"): at pairing the phone signs the companion's identity key and
 * the companion signs back; both signatures go with every pre-key message of the companion.
 */
public final class DeviceIdentity {
    private static final byte[] ACCOUNT_PREFIX = {6, 0};
    private static final byte[] DEVICE_PREFIX = {6, 1};

    private DeviceIdentity() {}

    /**
     * The phone's half: {@code ADVSignedDeviceIdentityHMAC}.
     *
     * @param secret of the companion, from its QR code: the HMAC with it proves that the phone saw the code
     */
    public static byte[] sign(SignalParty phone, byte[] companionIdentity, byte[] secret, int keyIndex, Instant now) {
        byte[] details = ProtoMessage.builder()
                .number(1, Bytes.randomId(Integer.MAX_VALUE))
                .number(2, now.getEpochSecond())
                .number(3, keyIndex)
                .build();
        byte[] signature = phone.sign(Bytes.concat(ACCOUNT_PREFIX, details, companionIdentity));
        byte[] signed = ProtoMessage.builder()
                .bytes(1, details)
                .bytes(2, phone.identityKey())
                .bytes(3, signature)
                .build();
        return ProtoMessage.builder()
                .bytes(1, signed)
                .bytes(2, Hash.hmac(secret, signed))
                .build();
    }

    /**
     * Whether an {@code ADVSignedDeviceIdentity} carries both signatures for the companion. The account's key may be
     * left out of it, since everybody who needs it knows it.
     */
    public static boolean isValid(byte[] signedIdentity, byte[] companionIdentity, byte[] accountKey) {
        ProtoMessage signed = ProtoMessage.parse(signedIdentity);
        byte[] details = signed.bytes(1).orElse(new byte[0]);
        byte[] accountSignature = signed.bytes(3).orElse(new byte[0]);
        byte[] deviceSignature = signed.bytes(4).orElse(new byte[0]);
        return Keys.verify(accountKey, Bytes.concat(ACCOUNT_PREFIX, details, companionIdentity), accountSignature)
                && Keys.verify(
                        companionIdentity,
                        Bytes.concat(DEVICE_PREFIX, details, companionIdentity, accountKey),
                        deviceSignature);
    }
}
