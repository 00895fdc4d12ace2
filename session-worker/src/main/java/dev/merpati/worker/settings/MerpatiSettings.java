package dev.merpati.worker.settings;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Everything under {@code merpati} that the worker reads. The environment variable of a property is its name in upper
 * case, with {@code _} for each dot and without dashes: {@code MERPATI_WORKER_SESSIONTIMEOUT}.
 *
 * @param shards how many shards, and so partitions of the command topic, there are; the same for gateways and workers,
 *     and fixed for the life of an installation
 */
@Validated
@ConfigurationProperties("merpati")
public record MerpatiSettings(
        @DefaultValue("128") @Min(1) @Max(16_384) int shards,
        @DefaultValue @Valid KafkaSettings kafka,
        @DefaultValue @Valid EventSettings events,
        @DefaultValue @Valid MediaSettings media,
        @DefaultValue @Valid CredentialsSettings credentials,
        @DefaultValue @Valid WhatsAppSettings whatsapp,
        @DefaultValue @Valid WorkerSettings worker) {}
