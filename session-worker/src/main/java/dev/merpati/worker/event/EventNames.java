package dev.merpati.worker.event;

import dev.merpati.model.event.EventType;
import dev.merpati.worker.whatsapp.IncomingMessage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How events name what they are about. */
final class EventNames {
    private static final int KEY_BYTES = 16;

    private EventNames() {}

    /**
     * Makes the key by which an event is recognised when it is published again: its type, its session and a hash over what
     * tells it from others, since keys are logged and message ids and numbers are not. The parts are separated, so that no
     * choice of an id by a sender makes two of them alike.
     */
    static String key(EventType type, UUID sessionId, String... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            String hash = HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), KEY_BYTES));
            return type.wireName() + "/" + sessionId + "/" + hash;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Names a user by the number, or by the hidden id while nobody has told the number. */
    static String user(IncomingMessage.Party party) {
        return party.phoneNumber() != null ? party.phoneNumber() : party.lid() + "@lid";
    }

    /**
     * Names the user of an address that is written as text, by the number where one of the parties is that user; null for
     * none.
     */
    static @Nullable String user(@Nullable String address, IncomingMessage.Party... known) {
        if (address == null || address.isEmpty()) {
            return null;
        }
        int at = address.indexOf('@');
        String account = (at < 0 ? address : address.substring(0, at)).replaceFirst(":.*", "");
        if (!address.endsWith("lid")) {
            return account;
        }
        for (IncomingMessage.Party party : known) {
            if (account.equals(party.lid())) {
                return user(party);
            }
        }
        return account + "@lid";
    }
}
