package dev.merpati.worker.cobalt.send;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.crypto.Primitives;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The hash ({@code phash}) over the devices that a message is for, by which the server says that there are others: over
 * those of both accounts, the sending one included (whatsmeow {@code send.go}, participantListHashV2). Clients do not send
 * it with a message to one user.
 */
final class DeviceHash {
    private static final int BYTES = 6;

    private DeviceHash() {}

    static String of(Collection<Address> devices, Address self) {
        String joined = Stream.concat(devices.stream(), Stream.of(self))
                .map(Address::toHashed)
                .distinct()
                .sorted()
                .collect(Collectors.joining());
        byte[] hash = Primitives.sha256(joined.getBytes(StandardCharsets.US_ASCII));
        return "2:" + Base64.getEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES));
    }
}
