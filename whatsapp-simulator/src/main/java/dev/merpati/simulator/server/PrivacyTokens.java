package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Tokens by which an account lets others write to it. A trusted-contact token ({@code tctoken}) comes from the recipient,
 * is for one contact, and lasts for the rest of its week and three more; a companion's own token ({@code cstoken}) is an
 * HMAC over the recipient's hidden id with a salt that the account's phone tells its companions. Tokens are computed from
 * keys, not stored, so that they outlive a restart. Thread-safe.
 *
 * <p>Lifetimes and the HMAC are those of whatsmeow's {@code tctoken.go} and {@code cstoken.go}.
 */
public final class PrivacyTokens implements IqHandler {
    private static final long BUCKET_SECONDS = 7 * 24 * 3600L;
    private static final int BUCKETS = 4;
    private static final int TIME_BYTES = 4;
    private static final int PROOF_BYTES = 16;
    private static final int REMEMBERED = 10_000;
    private static final byte[] TOKEN_LABEL = "trusted contact".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SALT_LABEL = "nct salt".getBytes(StandardCharsets.US_ASCII);

    private final PhoneDirectory phones;
    private final Clock clock;
    /** Who trusted whom last, and when; so that a phone issues one token a week. */
    private final Map<Trust, Long> issued = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Trust, Long> eldest) {
            return size() > REMEMBERED;
        }
    });

    private record Trust(String issuer, String contact) {}

    PrivacyTokens(PhoneDirectory phones, Clock clock) {
        this.phones = phones;
        this.clock = clock;
    }

    /** The salt of an account's own tokens. */
    public static byte[] salt(Phone account) {
        return Hash.hmac(account.identityKey(), SALT_LABEL);
    }

    /** Issues a token for a contact, unless that was done this week, and sends it to the contact's devices. */
    public void trust(Phone issuer, Phone contact) {
        long bucket = now() / BUCKET_SECONDS;
        Long last = issued.put(new Trust(issuer.number(), contact.number()), bucket);
        if (last == null || last != bucket) {
            notify(issuer, contact);
        }
    }

    /** The token that an account has issued for a contact this week; empty if it has issued none. */
    Optional<byte[]> issuedBy(Phone issuer, Phone contact) {
        Long last = issued.get(new Trust(issuer.number(), contact.number()));
        return last == null || last != now() / BUCKET_SECONDS
                ? Optional.empty()
                : Optional.of(token(issuer, contact, now()));
    }

    private void notify(Phone issuer, Phone contact) {
        Node token = Node.of("token", token(issuer, contact, now()))
                .with("type", "trusted_contact")
                .with("t", String.valueOf(now()));
        Node notification = Node.of("notification", Node.of("tokens", token))
                .with("type", "privacy_token")
                .with("from", issuer.jid().toString())
                .with("sender_lid", issuer.hiddenJid().toString())
                .with("id", UUID.randomUUID().toString())
                .with("t", String.valueOf(now()));
        contact.companions().forEach(companion -> companion.deliver(notification));
    }

    /** Whether a message carries a token with which its recipient lets it pass. */
    boolean admits(OutgoingMessage message, Phone recipient) {
        Optional<byte[]> trusted = message.stanza().childContent("tctoken");
        if (trusted.isPresent() && isValid(recipient, message.account(), trusted.get())) {
            return true;
        }
        byte[] expected = Hash.hmac(
                salt(message.account()), recipient.hiddenJid().toString().getBytes(StandardCharsets.US_ASCII));
        return message.stanza()
                .childContent("cstoken")
                .filter(own -> MessageDigest.isEqual(own, expected))
                .isPresent();
    }

    private boolean isValid(Phone issuer, Phone contact, byte[] token) {
        if (token.length != TIME_BYTES + PROOF_BYTES) {
            return false;
        }
        long time = Integer.toUnsignedLong(Bytes.fromBigEndian(Arrays.copyOf(token, TIME_BYTES)));
        boolean expired = time / BUCKET_SECONDS < now() / BUCKET_SECONDS - (BUCKETS - 1);
        return !expired && MessageDigest.isEqual(token, token(issuer, contact, time));
    }

    private static byte[] token(Phone issuer, Phone contact, long time) {
        byte[] issuedAt = Bytes.bigEndian((int) time, TIME_BYTES);
        byte[] proof = Hash.hmac(
                issuer.identityKey(), TOKEN_LABEL, issuedAt, contact.number().getBytes(StandardCharsets.US_ASCII));
        return Bytes.concat(issuedAt, Arrays.copyOf(proof, PROOF_BYTES));
    }

    /** Takes the tokens that a companion issues for its account. */
    @Override
    public Optional<CompletableFuture<Node>> answer(Companion companion, Node iq) {
        Optional<Node> tokens =
                iq.has("xmlns", "privacy") && iq.has("type", "set") ? iq.child("tokens") : Optional.empty();
        if (tokens.isEmpty()) {
            return Optional.empty();
        }
        Phone issuer = phones.getOrCreate(companion.number());
        for (Node token : tokens.get().children("token")) {
            Jid.parse(token.attribute("jid")).flatMap(phones::registered).ifPresent(contact -> notify(issuer, contact));
        }
        return IqHandler.now(Stanza.iqResult(iq));
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    void clear() {
        issued.clear();
    }
}
