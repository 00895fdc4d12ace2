package dev.merpati.worker.cobalt.pairing;

import dev.merpati.worker.cobalt.crypto.Primitives;
import dev.merpati.worker.cobalt.proto.MalformedProtobufException;
import dev.merpati.worker.cobalt.proto.ProtoFields;
import dev.merpati.worker.cobalt.proto.ProtoWriter;
import it.auties.curve25519.Curve25519;
import it.auties.whatsapp.model.signal.auth.SignedDeviceIdentity;
import it.auties.whatsapp.model.signal.keypair.SignalKeyPair;
import java.security.MessageDigest;

/**
 * How an account and a device vouch for each other ("ADV"): the account has signed the device's identity key, and the
 * device signs back. Messages in WhatsApp's {@code WAAdv.proto}: {@code ADVSignedDeviceIdentityHMAC} holds
 * {@code ADVSignedDeviceIdentity} holds {@code ADVDeviceIdentity}; prefixes as in whatsmeow {@code pair.go} and
 * whatsapp-rust {@code wacore/src/pair.rs}.
 *
 * @param signed with both signatures and the account's key, as it goes with messages that begin a Signal session
 * @param keyIndex the device's place in the account's list of devices
 */
record DeviceIdentity(SignedDeviceIdentity signed, long keyIndex) {
    private static final byte[] ACCOUNT_PREFIX = {6, 0};
    private static final byte[] DEVICE_PREFIX = {6, 1};
    private static final byte[] HOSTED_ACCOUNT_PREFIX = {6, 5};
    private static final byte[] HOSTED_DEVICE_PREFIX = {6, 6};
    private static final int HOSTED = 1;
    private static final int SIGNATURE_BYTES = 64;

    /**
     * Checks what the phone has signed, and signs it.
     *
     * @param container the content of {@code pair-success}'s {@code device-identity}
     * @param secret that the phone has learned from the code
     */
    static DeviceIdentity accept(byte[] container, byte[] secret, SignalKeyPair identity)
            throws PairingRefusedException {
        try {
            ProtoFields outer = ProtoFields.parse(container);
            byte[] content = outer.requiredBytes(1);
            byte[] hmac = outer.requiredBytes(2);
            // Hosted: of a business whose messages Meta's cloud handles beside the phone.
            byte[] prefix = isHosted(outer, 3) ? HOSTED_ACCOUNT_PREFIX : new byte[0];
            if (!MessageDigest.isEqual(hmac, Primitives.hmac(secret, prefix, content))) {
                throw PairingRefusedException.wrongHmac();
            }
            return sign(ProtoFields.parse(content), identity);
        } catch (MalformedProtobufException e) {
            throw PairingRefusedException.malformed("the device identity is malformed: " + e.getMessage());
        }
    }

    private static DeviceIdentity sign(ProtoFields account, SignalKeyPair identity)
            throws PairingRefusedException, MalformedProtobufException {
        byte[] details = account.requiredBytes(1);
        byte[] accountKey = account.requiredBytes(2);
        byte[] accountSignature = account.requiredBytes(3);
        ProtoFields device = ProtoFields.parse(details);
        boolean hosted = isHosted(device, 5);
        byte[] signedByAccount =
                Primitives.concat(hosted ? HOSTED_ACCOUNT_PREFIX : ACCOUNT_PREFIX, details, identity.publicKey());
        if (!Primitives.isKey(accountKey)
                || accountSignature.length != SIGNATURE_BYTES
                || !Curve25519.verifySignature(accountKey, signedByAccount, accountSignature)) {
            throw PairingRefusedException.wrongSignature();
        }
        // whatsapp-rust and zapo sign hosted devices with 06 06, whatsmeow and Baileys with 06 01.
        byte[] signedByDevice = Primitives.concat(
                hosted ? HOSTED_DEVICE_PREFIX : DEVICE_PREFIX, details, identity.publicKey(), accountKey);
        byte[] deviceSignature = Curve25519.sign(identity.privateKey(), signedByDevice);
        return new DeviceIdentity(
                new SignedDeviceIdentity(details, accountKey, accountSignature, deviceSignature),
                device.number(3).orElse(0));
    }

    private static boolean isHosted(ProtoFields message, int typeField) {
        return message.number(typeField).orElse(0) == HOSTED;
    }

    /** Encodes it without the account's key, which the server has. */
    byte[] confirmation() {
        return new ProtoWriter()
                .bytes(1, signed.details())
                .bytes(3, signed.accountSignature())
                .bytes(4, signed.deviceSignature())
                .toBytes();
    }
}
