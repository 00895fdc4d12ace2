package dev.merpati.simulator.phone;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.crypto.Keys;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.signal.SignalParty;
import java.time.Instant;
import java.util.List;

/**
 * How a phone and a companion vouch for each other ("ADV"): at pairing the phone signs the companion's identity key and
 * the companion signs back; both signatures go with every pre-key message of the companion.
 */
public final class DeviceIdentity {
    private static final byte[] ACCOUNT_PREFIX = {6, 0};
    private static final byte[] DEVICE_PREFIX = {6, 1};
    private static final byte[] HOSTED_ACCOUNT_PREFIX = {6, 5};
    private static final byte[] HOSTED_DEVICE_PREFIX = {6, 6};
    private static final int ACCOUNT_TYPE = 4;
    private static final int DEVICE_TYPE = 5;
    private static final int HOSTED = 1;
    private static final byte[] INDEXES_PREFIX = {6, 2};

    private DeviceIdentity() {}

    /**
     * The phone's half: {@code ADVSignedDeviceIdentityHMAC}.
     *
     * @param secret of the companion, from its QR code: the HMAC with it proves that the phone saw the code
     * @param hosted whether the account is hosted by a provider beside the phone
     */
    public static byte[] sign(
            SignalParty phone, byte[] companionIdentity, byte[] secret, int keyIndex, boolean hosted, Instant now) {
        ProtoBuilder about = ProtoMessage.builder()
                .number(1, Bytes.randomId(Integer.MAX_VALUE))
                .number(2, now.getEpochSecond())
                .number(3, keyIndex);
        if (hosted) {
            about.number(ACCOUNT_TYPE, HOSTED).number(DEVICE_TYPE, HOSTED);
        }
        byte[] details = about.build();
        byte[] prefix = hosted ? HOSTED_ACCOUNT_PREFIX : ACCOUNT_PREFIX;
        byte[] signature = phone.sign(Bytes.concat(prefix, details, companionIdentity));
        byte[] signed = ProtoMessage.builder()
                .bytes(1, details)
                .bytes(2, phone.identityKey())
                .bytes(3, signature)
                .build();
        ProtoBuilder container = ProtoMessage.builder().bytes(1, signed);
        if (hosted) {
            container.bytes(2, Hash.hmac(secret, HOSTED_ACCOUNT_PREFIX, signed)).number(3, HOSTED);
        } else {
            container.bytes(2, Hash.hmac(secret, signed));
        }
        return container.build();
    }

    /** The phone's list of the devices that are valid now: {@code ADVSignedKeyIndexList}. */
    public static byte[] keyIndexes(SignalParty phone, List<Integer> valid, Instant now) {
        ProtoBuilder list = ProtoMessage.builder()
                .number(1, phone.registrationId())
                .number(2, now.getEpochSecond())
                .number(3, valid.stream().mapToInt(Integer::intValue).max().orElse(0));
        list.number(4, 0);
        valid.forEach(index -> list.number(4, index));
        byte[] details = list.build();
        return ProtoMessage.builder()
                .bytes(1, details)
                .bytes(2, phone.sign(Bytes.concat(INDEXES_PREFIX, details)))
                .build();
    }

    /**
     * Whether an {@code ADVSignedDeviceIdentity} carries both signatures for the companion. The account's key may be
     * left out of it, since everybody who needs it knows it. The device of a hosted account may sign with either prefix:
     * zapo takes 06 06, whatsmeow and Baileys 06 01.
     */
    public static boolean isValid(byte[] signedIdentity, byte[] companionIdentity, byte[] accountKey) {
        ProtoMessage signed = ProtoMessage.parse(signedIdentity);
        byte[] details = signed.bytes(1).orElse(new byte[0]);
        byte[] accountSignature = signed.bytes(3).orElse(new byte[0]);
        byte[] deviceSignature = signed.bytes(4).orElse(new byte[0]);
        boolean hosted = ProtoMessage.parse(details).number(DEVICE_TYPE).orElse(0) == HOSTED;
        byte[] accountPrefix = hosted ? HOSTED_ACCOUNT_PREFIX : ACCOUNT_PREFIX;
        return Keys.verify(accountKey, Bytes.concat(accountPrefix, details, companionIdentity), accountSignature)
                && (isSigned(DEVICE_PREFIX, details, companionIdentity, accountKey, deviceSignature)
                        || (hosted
                                && isSigned(
                                        HOSTED_DEVICE_PREFIX,
                                        details,
                                        companionIdentity,
                                        accountKey,
                                        deviceSignature)));
    }

    private static boolean isSigned(
            byte[] prefix, byte[] details, byte[] companionIdentity, byte[] accountKey, byte[] signature) {
        return Keys.verify(companionIdentity, Bytes.concat(prefix, details, companionIdentity, accountKey), signature);
    }
}
