package dev.merpati.worker.cobalt.keys;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.UnreadableCredentialsException;
import it.auties.protobuf.stream.ProtobufInputStream;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.KeysSpec;
import it.auties.whatsapp.controller.Store;
import it.auties.whatsapp.controller.StoreSpec;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** Credentials are Cobalt's own encodings of its keys and of its store. */
public final class CobaltCredentials {
    private CobaltCredentials() {}

    /**
     * Encodes, and decodes once to see that it can be done. The keys must be quiet meanwhile, and show no Signal sessions.
     *
     * @throws IllegalStateException if the result cannot be decoded again
     */
    public static Credentials encode(Keys keys, Store store) {
        Credentials result =
                new Credentials(KeysSpec.encode(keys), StoreSpec.encode(store), Credentials.Sessions.IN_RECORDS);
        try {
            byte[] identity = keysOf(result).identityKeyPair().publicKey();
            if (Arrays.equals(identity, keys.identityKeyPair().publicKey())
                    && addressIn(storeOf(result)).equals(addressIn(store))) {
                return result;
            }
        } catch (RuntimeException e) {
            throw new IllegalStateException("The keys cannot be decoded again", e);
        }
        throw new IllegalStateException("The keys decode to others");
    }

    /** @throws UnreadableCredentialsException if these are not credentials of a linked device */
    public static Device decode(UUID sessionId, String deviceName, Credentials credentials) {
        Keys keys;
        Optional<Address> address;
        try {
            keys = keysOf(credentials);
            address = addressIn(storeOf(credentials));
        } catch (RuntimeException e) {
            throw new UnreadableCredentialsException("the credentials cannot be decoded", e);
        }
        if (address.isEmpty()) {
            throw new UnreadableCredentialsException("the credentials are of a device that is not linked", null);
        }
        return new Device(sessionId, deviceName, keys, address.get());
    }

    private static Optional<Address> addressIn(Store store) {
        return store.jid().flatMap(Address::of);
    }

    // From a stream only: decoding from an array misreads the end of an address that has a device.
    private static Keys keysOf(Credentials credentials) {
        return KeysSpec.decode(ProtobufInputStream.fromStream(new ByteArrayInputStream(credentials.keys())));
    }

    private static Store storeOf(Credentials credentials) {
        return StoreSpec.decode(ProtobufInputStream.fromStream(new ByteArrayInputStream(credentials.store())));
    }
}
