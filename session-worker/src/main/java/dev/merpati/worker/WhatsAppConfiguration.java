package dev.merpati.worker;

import dev.merpati.worker.cobalt.CobaltConnector;
import dev.merpati.worker.cobalt.CobaltSettings;
import dev.merpati.worker.settings.MerpatiSettings;
import dev.merpati.worker.settings.WhatsAppSettings;
import dev.merpati.worker.whatsapp.WhatsAppConnector;
import java.net.URI;
import java.nio.file.Path;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The connector to WhatsApp; an application that brings another one replaces it. */
@Configuration(proxyBeanMethods = false)
class WhatsAppConfiguration {

    @Bean
    @ConditionalOnMissingBean
    WhatsAppConnector whatsAppConnector(MerpatiSettings settings) {
        WhatsAppSettings whatsapp = settings.whatsapp();
        return new CobaltConnector(new CobaltSettings(
                whatsapp.clientVersion(),
                whatsapp.proxy().isEmpty() ? null : URI.create(whatsapp.proxy()),
                whatsapp.caCertificate().isEmpty() ? null : Path.of(whatsapp.caCertificate()),
                CobaltSettings.Timing.DEFAULT,
                new CobaltSettings.Uploads(
                        whatsapp.uploadTimeout(), whatsapp.uploadMinimumRate().toBytes())));
    }
}
