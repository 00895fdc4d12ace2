package dev.merpati.model.outcome;

import java.util.Locale;

/**
 * Why a command failed, in the words that tenants see, in responses as in events.
 *
 * @param code stable, snake_case
 * @param message what to do about it; holds no phone number and no message text
 */
public record FailureWords(String code, String message) {

    public static FailureWords of(Outcome.Failed failure) {
        return new FailureWords(code(failure.code()), message(failure));
    }

    private static String code(FailureCode code) {
        return switch (code) {
            case SESSION_DELETED -> "session_not_found";
            case INTERNAL -> "internal_error";
            default -> code.name().toLowerCase(Locale.ROOT);
        };
    }

    private static String message(Outcome.Failed failure) {
        return switch (failure.code()) {
            case NOT_REGISTERED -> "The phone number is not registered on WhatsApp.";
            case SESSION_NOT_CONNECTED -> "The session is not connected to WhatsApp: scan its QR code, or reconnect it";
            case SESSION_ALREADY_CONNECTED ->
                "This session is connected and needs no QR code; reconnect it to link another phone";
            case PAIRING_CODE_REFUSED -> "WhatsApp makes no pairing code for this number";
            case PASSKEY_NOT_REQUESTED -> "WhatsApp does not wait for a passkey of this session: link the phone again";
            case PASSKEY_INVALID -> "The assertion cannot be used: " + failure.detail();
            case PASSKEY_REFUSED -> "WhatsApp did not accept this assertion";
            case SESSION_DELETED -> "No such session: check the session id";
            case REJECTED -> "WhatsApp refused the message; reason is WhatsApp's own code";
            case RECIPIENT_UNREACHABLE ->
                "WhatsApp gives no usable keys of this recipient at the moment; nothing was sent";
            case RATE_LIMITED -> "WhatsApp limits this account: send more slowly";
            case NEW_CHATS_RESTRICTED ->
                "WhatsApp lets this account begin no new chats for now; nothing was sent, known chats go on";
            case LOGGED_OUT -> "The phone logged this session out: reconnect it and scan the QR code";
            case BANNED -> "WhatsApp banned this account";
            case NOT_ACKNOWLEDGED, UNKNOWN ->
                "WhatsApp did not acknowledge in time; the message may have arrived or not";
            case EXPIRED, WITHDRAWN -> "The request could not be begun; nothing was sent. Try again";
            case MEDIA_FAILED -> "WhatsApp did not take the file: upload it again";
            case MEDIA_NOT_FOUND -> "No such file: check the media id; files are kept as long as their events";
            case MEDIA_EXPIRED -> "WhatsApp does not keep this file any more: ask its sender to send it again";
            case MEDIA_CORRUPT -> "What WhatsApp keeps is not the file that was sent: ask its sender to send it again";
            case MEDIA_TOO_LARGE -> "This file is larger than this installation fetches: look at it on the phone";
            case MEDIA_UNREACHABLE -> "The file cannot be fetched from WhatsApp at the moment: try again";
            case SESSION_BUSY -> "Too many requests of this session are waiting: slow down";
            case INTERNAL ->
                "Something went wrong on our side: contact support with the X-Request-Id if it happens again";
        };
    }
}
