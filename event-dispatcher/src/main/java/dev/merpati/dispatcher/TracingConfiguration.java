package dev.merpati.dispatcher;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Traces once there is a collector to export spans to. Without one nothing of it exists, where Spring's own configuration would still
 * make and propagate contexts.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(TracingConfiguration.ENDPOINT)
@Import({
    OpenTelemetrySdkAutoConfiguration.class,
    OpenTelemetryTracingAutoConfiguration.class,
    OtlpTracingAutoConfiguration.class,
    MicrometerTracingAutoConfiguration.class
})
class TracingConfiguration {
    static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";
}
