package dev.merpati.gateway.command;

import dev.merpati.model.command.Command;
import java.util.Locale;

/** The kinds of command, as they stand in records and on metrics. */
public enum CommandType {
    START_SESSION,
    RECONNECT_SESSION,
    DELETE_SESSION,
    SEND_TEXT,
    SEND_MEDIA,
    CHECK_NUMBERS;

    public static CommandType of(Command command) {
        return switch (command) {
            case Command.StartSession() -> START_SESSION;
            case Command.ReconnectSession() -> RECONNECT_SESSION;
            case Command.DeleteSession() -> DELETE_SESSION;
            case Command.SendText text -> SEND_TEXT;
            case Command.SendMedia media -> SEND_MEDIA;
            case Command.CheckNumbers numbers -> CHECK_NUMBERS;
        };
    }

    public boolean isSend() {
        return this == SEND_TEXT || this == SEND_MEDIA;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
