package dev.merpati.worker.store;

import dev.merpati.model.session.Disconnection;
import dev.merpati.model.session.PasskeyChallenge;
import dev.merpati.model.session.SessionStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a session stands, as tenants see it.
 *
 * @param phoneNumber null to leave the one that is shown
 * @param disconnection why it is disconnected, null when it is not or when nobody scanned the code
 * @param until when it is connected again by itself; null when it is not
 * @param qrCode null when there is none to scan
 * @param passkey null when WhatsApp wants nothing signed
 * @param newChatsRestrictedUntil until when the account may begin no new chats; null when it may, as far as is known
 * @param reason why it is so, in the words of the API; null when there is nothing to say
 */
public record SessionView(
        SessionStatus status,
        @Nullable String phoneNumber,
        @Nullable Disconnection disconnection,
        @Nullable Instant until,
        @Nullable QrCode qrCode,
        @Nullable PasskeyChallenge passkey,
        @Nullable Instant newChatsRestrictedUntil,
        @Nullable String reason) {
    /** Why a session connects that its tenant has reconnected. */
    public static final String RECONNECT = "reconnect";

    /** Why a session is disconnected whose code nobody has scanned. */
    public static final String NOT_SCANNED = "not_scanned";

    public SessionView(
            SessionStatus status,
            @Nullable String phoneNumber,
            @Nullable Disconnection disconnection,
            @Nullable QrCode qrCode) {
        this(status, phoneNumber, disconnection, null, qrCode, null, null, null);
    }

    /** A code and when WhatsApp stops to accept it. */
    public record QrCode(String text, Instant expiresAt) {
        /** Leaves the code out, since whoever has it can pair with the session. */
        @Override
        public String toString() {
            return "QrCode[expiresAt=" + expiresAt + "]";
        }
    }

    public static SessionView connecting() {
        return connecting(null);
    }

    public static SessionView connecting(@Nullable String reason) {
        return new SessionView(SessionStatus.CONNECTING, null, null, null, null, null, null, reason);
    }

    public static SessionView qr(QrCode code) {
        return new SessionView(SessionStatus.QR, null, null, code);
    }

    /** WhatsApp waits for a signature. */
    public static SessionView passkeyRequired(PasskeyChallenge challenge) {
        return new SessionView(
                SessionStatus.CONNECTING,
                null,
                Disconnection.PASSKEY_REQUIRED,
                null,
                null,
                challenge,
                null,
                Disconnection.PASSKEY_REQUIRED.wireName());
    }

    /** @param reason {@code paired} when a phone has just been linked */
    public static SessionView connected(String phoneNumber, @Nullable String reason) {
        return new SessionView(SessionStatus.CONNECTED, phoneNumber, null, null, null, null, null, reason);
    }

    public static SessionView disconnected(@Nullable Disconnection why, @Nullable Instant until) {
        return new SessionView(
                SessionStatus.DISCONNECTED,
                null,
                why,
                until,
                null,
                null,
                null,
                why == null ? NOT_SCANNED : why.wireName());
    }

    /** The same, of an account that may begin no new chats until then; null when it may. */
    public SessionView newChatsRestrictedUntil(@Nullable Instant end) {
        return new SessionView(status, phoneNumber, disconnection, until, qrCode, passkey, end, reason);
    }
}
