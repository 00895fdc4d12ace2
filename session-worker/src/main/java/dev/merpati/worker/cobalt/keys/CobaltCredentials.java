package dev.merpati.worker.cobalt.keys;

import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.UnreadableCredentialsException;
import it.auties.protobuf.stream.ProtobufInputStream;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.KeysSpec;
import it.auties.whatsapp.controller.Store;
import it.auties.whatsapp.controller.StoreSpec;
import it.auties.whatsapp.model.jid.Jid;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** Credentials are Cobalt's own encodings of its keys and of its store. */
public final class CobaltCredentials {
    private CobaltCredentials() {}

    /**
     * Encodes, and decodes once to see that it can be done. The keys must be quiet meanwhile.
     *
     * @throws IllegalStateException if the result cannot be decoded again
     */
    public static Credentials encode(Keys keys, Store store, boolean settled) {
        Credentials result = new Credentials(KeysSpec.encode(keys), StoreSpec.encode(store), settled);
        try {
            byte[] identity = keysOf(result).identityKeyPair().publicKey();
            Optional<Jid> address = storeOf(result).jid().map(Device::wellFormed);
            if (Arrays.equals(identity, keys.identityKeyPair().publicKey())
                    && address.equals(store.jid().map(Device::wellFormed))) {
                return result;
            }
        } catch (RuntimeException e) {
            throw new IllegalStateException("The keys cannot be decoded again", e);
        }
        throw new IllegalStateException("The keys decode to others");
    }

    /** @throws UnreadableCredentialsException if these are not credentials of a linked device */
    public static Device decode(UUID sessionId, String deviceName, Credentials credentials) {
        Device device;
        try {
            device = new Device(sessionId, deviceName, keysOf(credentials), null).linkedAs(storeOf(credentials));
        } catch (RuntimeException e) {
            throw new UnreadableCredentialsException("the credentials cannot be decoded", e);
        }
        if (!device.isLinked()) {
            throw new UnreadableCredentialsException("the credentials are of a device that is not linked", null);
        }
        return device;
    }

    // From a stream only: decoding from an array misreads the end of an address that has a device.
    private static Keys keysOf(Credentials credentials) {
        return KeysSpec.decode(ProtobufInputStream.fromStream(new ByteArrayInputStream(credentials.keys())));
    }

    private static Store storeOf(Credentials credentials) {
        return StoreSpec.decode(ProtobufInputStream.fromStream(new ByteArrayInputStream(credentials.store())));
    }
}
