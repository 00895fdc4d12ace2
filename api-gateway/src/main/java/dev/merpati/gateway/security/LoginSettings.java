package dev.merpati.gateway.security;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long a login lasts.
 *
 * @param sessionIdle without a request for so long it ends
 * @param sessionLife it ends after this time in any case
 */
@Validated
@ConfigurationProperties("merpati.accounts")
record LoginSettings(
        @DefaultValue("30m") @DurationMin(minutes = 1) @DurationMax(days = 7)
        Duration sessionIdle,

        @DefaultValue("12h") @DurationMin(minutes = 1) @DurationMax(days = 30)
        Duration sessionLife) {}
