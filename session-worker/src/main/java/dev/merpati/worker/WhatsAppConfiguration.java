package dev.merpati.worker;

import dev.merpati.clients.timing.Periodic;
import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.worker.cobalt.CobaltConnector;
import dev.merpati.worker.cobalt.CobaltSettings;
import dev.merpati.worker.cobalt.send.NewChatQueries;
import dev.merpati.worker.fleet.FleetSync;
import dev.merpati.worker.settings.MerpatiSettings;
import dev.merpati.worker.settings.WhatsAppSettings;
import dev.merpati.worker.whatsapp.ClientVersions;
import dev.merpati.worker.whatsapp.StanzaLogs;
import dev.merpati.worker.whatsapp.WhatsAppConnector;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The connector to WhatsApp; an application that brings another one replaces it. */
@Configuration(proxyBeanMethods = false)
class WhatsAppConfiguration {

    private static final Duration EXCHANGE = Duration.ofSeconds(5);
    /** How often one of all workers really asks is up to a key in Redis. */
    private static final Duration LOOKUP = Duration.ofMinutes(1);

    @Bean
    ClientVersions clientVersions(MerpatiSettings settings) {
        return new ClientVersions(
                ClientVersion.parse(settings.whatsapp().clientVersion()).orElseThrow());
    }

    @Bean
    StanzaLogs stanzaLogs() {
        return new StanzaLogs(InstantSource.system());
    }

    @Bean
    FleetSync fleetSync(
            StringRedisTemplate redis, WhatsAppConnector connector, ClientVersions versions, StanzaLogs stanzaLogs) {
        return new FleetSync(redis, connector, versions, stanzaLogs);
    }

    @Bean
    Periodic fleetExchange(FleetSync sync) {
        return new Periodic("fleet-exchange", EXCHANGE, sync::exchange);
    }

    @Bean
    @ConditionalOnProperty(name = "merpati.whatsapp.client-version-lookup", matchIfMissing = true)
    Periodic versionLookup(FleetSync sync) {
        return new Periodic("version-lookup", LOOKUP, sync::lookUp);
    }

    @Bean
    @ConditionalOnMissingBean
    WhatsAppConnector whatsAppConnector(MerpatiSettings settings, ClientVersions versions, StanzaLogs stanzaLogs) {
        WhatsAppSettings whatsapp = settings.whatsapp();
        CobaltSettings cobalt = new CobaltSettings(
                versions.current(),
                whatsapp.proxy().isEmpty() ? null : URI.create(whatsapp.proxy()),
                whatsapp.caCertificate().isEmpty() ? null : Path.of(whatsapp.caCertificate()),
                CobaltSettings.Timing.DEFAULT,
                new CobaltSettings.Uploads(
                        whatsapp.uploadTimeout(), whatsapp.uploadMinimumRate().toBytes()),
                new NewChatQueries(whatsapp.timeLockQuery(), whatsapp.newChatCapQuery()),
                new CobaltSettings.PreKeys(whatsapp.preKeys(), whatsapp.preKeyRotation()));
        return new CobaltConnector(cobalt, versions, stanzaLogs);
    }
}
