package dev.merpati.gateway.error;

import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.FailureWords;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.Disconnection;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Why a command failed, as HTTP tells it. */
public final class FailureErrors {
    private static final Duration WHATSAPP_RATE_LIMIT = Duration.ofMinutes(1);
    private static final Duration RECIPIENT_RETRY = Duration.ofMinutes(1);
    private static final Duration NEW_CHATS_RETRY = Duration.ofHours(1);
    private static final Duration MEDIA_RETRY = Duration.ofSeconds(10);
    private static final Duration BUSY_RETRY = Duration.ofSeconds(5);

    private FailureErrors() {}

    /** @param to the recipient when the command was a send */
    public static ApiError of(Outcome.Failed failure, @Nullable String to) {
        return switch (failure.code()) {
            case NOT_REGISTERED -> notRegistered(failure, to);
            case SESSION_NOT_CONNECTED -> notConnected(null);
            case SESSION_ALREADY_CONNECTED -> alreadyConnected();
            case PAIRING_CODE_REFUSED -> refused("Pairing Code Refused", failure);
            case PASSKEY_NOT_REQUESTED ->
                new ApiError(
                        HttpStatus.CONFLICT,
                        "Passkey Not Requested",
                        words(failure).code(),
                        words(failure).message());
            case PASSKEY_INVALID -> plain(HttpStatus.BAD_REQUEST, failure);
            case PASSKEY_REFUSED -> refused("Passkey Refused", failure);
            case LOGGED_OUT -> notConnected(Disconnection.LOGGED_OUT);
            case BANNED -> notConnected(Disconnection.BANNED);
            case SESSION_DELETED -> Errors.noSuchSession();
            case REJECTED -> refused("Message Rejected", failure);
            case RECIPIENT_UNREACHABLE ->
                new ApiError(
                                HttpStatus.UNPROCESSABLE_CONTENT,
                                "Recipient Unreachable",
                                words(failure).code(),
                                words(failure).message())
                        .retryAfter(RECIPIENT_RETRY);
            case RATE_LIMITED -> plain(HttpStatus.TOO_MANY_REQUESTS, failure).retryAfter(WHATSAPP_RATE_LIMIT);
            case NEW_CHATS_RESTRICTED -> newChatsRestricted(failure);
            case SESSION_BUSY -> plain(HttpStatus.TOO_MANY_REQUESTS, failure).retryAfter(BUSY_RETRY);
            case NOT_ACKNOWLEDGED, UNKNOWN -> plain(HttpStatus.GATEWAY_TIMEOUT, failure);
            case EXPIRED, WITHDRAWN ->
                plain(HttpStatus.SERVICE_UNAVAILABLE, failure).retryAfter(BUSY_RETRY);
            case MEDIA_FAILED -> plain(HttpStatus.BAD_GATEWAY, failure);
            case MEDIA_NOT_FOUND -> plain(HttpStatus.NOT_FOUND, failure);
            case MEDIA_EXPIRED -> plain(HttpStatus.GONE, failure);
            case MEDIA_CORRUPT, MEDIA_TOO_LARGE -> plain(HttpStatus.UNPROCESSABLE_CONTENT, failure);
            case MEDIA_UNREACHABLE -> plain(HttpStatus.BAD_GATEWAY, failure).retryAfter(MEDIA_RETRY);
            case INTERNAL -> Errors.internal();
        };
    }

    /**
     * Refuses a send of a session that is not connected.
     *
     * @param why null when nobody has scanned its QR code, or nothing more is known
     */
    public static ApiError notConnected(@Nullable Disconnection why) {
        return new ApiError(
                HttpStatus.CONFLICT,
                "Session Not Connected",
                why == null || why == Disconnection.UNKNOWN ? code(FailureCode.SESSION_NOT_CONNECTED) : why.wireName(),
                advice(why));
    }

    private static String advice(@Nullable Disconnection why) {
        return switch (why) {
            case null -> "The session is not connected to WhatsApp: scan its QR code, or reconnect it";
            case UNKNOWN -> "The session is not connected to WhatsApp: reconnect it";
            case LOGGED_OUT -> "The phone logged this session out: reconnect it and scan the QR code";
            case BANNED -> "WhatsApp banned this account";
            case LOCKED -> "WhatsApp locked this account: its owner has to open WhatsApp on the phone";
            case RESTRICTED -> "WhatsApp keeps this account out for a while; the session reconnects by itself";
            case CLIENT_OUTDATED -> "WhatsApp no longer accepts our client version: contact support";
            case PASSKEY_REQUIRED ->
                "WhatsApp wants the passkey of this account: answer its challenge, or reconnect to link the phone again";
            case PAIRING_REFUSED -> "WhatsApp refused to pair this device: reconnect and scan the QR code again";
            case CREDENTIALS_LOST, CREDENTIALS_UNREADABLE ->
                "The session's WhatsApp credentials are lost: reconnect it and scan the QR code";
        };
    }

    /** Refuses to link a phone to a session that has one. */
    public static ApiError alreadyConnected() {
        return new ApiError(
                HttpStatus.CONFLICT,
                "Session Already Connected",
                code(FailureCode.SESSION_ALREADY_CONNECTED),
                "This session is connected and needs no QR code; reconnect it to link another phone");
    }

    private static ApiError refused(String error, Outcome.Failed failure) {
        FailureWords words = words(failure);
        ApiError refusal = new ApiError(HttpStatus.UNPROCESSABLE_CONTENT, error, words.code(), words.message());
        return failure.reason() == null ? refusal : refusal.with("reason", failure.reason());
    }

    private static ApiError notRegistered(Outcome.Failed failure, @Nullable String to) {
        FailureWords words = words(failure);
        ApiError error = new ApiError(HttpStatus.BAD_REQUEST, "Invalid WhatsApp Number", words.code(), words.message());
        return to == null ? error : error.with("phoneNumber", to);
    }

    /** As a limit: the same message can go when the time is up, and messages to known chats go now. */
    private static ApiError newChatsRestricted(Outcome.Failed failure) {
        ApiError error = plain(HttpStatus.TOO_MANY_REQUESTS, failure);
        Instant until = failure.until();
        if (until == null) {
            return error.retryAfter(NEW_CHATS_RETRY);
        }
        Duration left = Duration.between(Instant.now(), until);
        return error.with("until", until.toString()).retryAfter(left.compareTo(BUSY_RETRY) < 0 ? BUSY_RETRY : left);
    }

    private static ApiError plain(HttpStatus status, Outcome.Failed failure) {
        FailureWords words = words(failure);
        return ApiError.of(status, words.code(), words.message());
    }

    /** Events tell the same, in the same words. */
    private static FailureWords words(Outcome.Failed failure) {
        return FailureWords.of(failure);
    }

    private static String code(FailureCode code) {
        return code.name().toLowerCase(Locale.ROOT);
    }
}
