package dev.merpati.worker.settings;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a session is linked to a phone.
 *
 * @param timeout how long QR codes are renewed, from the first one on, until the session is left disconnected
 * @param qrSafetyMargin how long before its end a code is no longer handed out, so that there is time to scan it
 */
public record PairingSettings(
        @DefaultValue("5m") @DurationMin(seconds = 1) @DurationMax(hours = 1)
        Duration timeout,

        @DefaultValue("2s") @DurationMin(millis = 0) @DurationMax(seconds = 15)
        Duration qrSafetyMargin) {}
