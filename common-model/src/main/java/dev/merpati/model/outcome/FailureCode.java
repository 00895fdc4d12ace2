package dev.merpati.model.outcome;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;

/** Why a command failed: stable names, part of the contract with tenants and with dashboards. */
public enum FailureCode {
    /** The recipient is not registered on WhatsApp. */
    NOT_REGISTERED,
    /** The session is not paired with a phone, or its QR code has not been scanned. */
    SESSION_NOT_CONNECTED,
    /** The session is linked to a phone already, and a command was to link it. */
    SESSION_ALREADY_CONNECTED,
    /** WhatsApp refused to make a pairing code; {@code reason} is its code. */
    PAIRING_CODE_REFUSED,
    /** WhatsApp has not asked this session for a passkey, or does not wait for it any more. */
    PASSKEY_NOT_REQUESTED,
    /** The assertion is none, or answers another challenge; WhatsApp was not asked. */
    PASSKEY_INVALID,
    /** WhatsApp refused the assertion; {@code reason} is its code. */
    PASSKEY_REFUSED,
    /** The session was deleted while the command was under way. */
    SESSION_DELETED,
    /** WhatsApp refused the message; {@code reason} is its code. */
    REJECTED,
    /** WhatsApp gave no devices or no usable keys of the recipient, or no word on the number; nothing was sent. */
    RECIPIENT_UNREACHABLE,
    /** WhatsApp refused because the account does too much. */
    RATE_LIMITED,
    /** WhatsApp lets the account begin no chats for a while, and there is none with the recipient; nothing was sent. */
    NEW_CHATS_RESTRICTED,
    /** The phone logged the session out. */
    LOGGED_OUT,
    /** WhatsApp banned the account. */
    BANNED,
    /** Nothing acknowledged the message before its time was up; it may or may not have arrived. */
    NOT_ACKNOWLEDGED,
    /** The command's time was up before a worker could begin it; nothing was sent. */
    EXPIRED,
    /** The gateway took the command back because Kafka did not confirm it; nothing was sent. */
    WITHDRAWN,
    /** WhatsApp did not take the file, or the file was no longer in the media store. */
    MEDIA_FAILED,
    /** No received file of this id is remembered. */
    MEDIA_NOT_FOUND,
    /** WhatsApp does not keep the received file any more. */
    MEDIA_EXPIRED,
    /** What WhatsApp keeps is not the file that was sent. */
    MEDIA_CORRUPT,
    /** The received file is larger than workers fetch. */
    MEDIA_TOO_LARGE,
    /** WhatsApp's media server, or the media store, did not do its part; a later try may succeed. */
    MEDIA_UNREACHABLE,
    /** The session has more commands waiting than it may have. */
    SESSION_BUSY,
    /** A defect of ours. */
    INTERNAL,
    /** A code that only a newer release knows; says nothing about whether a message left. */
    @JsonEnumDefaultValue
    UNKNOWN
}
