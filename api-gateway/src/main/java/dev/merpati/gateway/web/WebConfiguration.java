package dev.merpati.gateway.web;

import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.codec.Encoder;
import org.springframework.http.MediaType;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.accept.RequestedContentTypeResolver;
import org.springframework.web.reactive.accept.RequestedContentTypeResolverBuilder;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.server.WebFilter;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebFluxConfigurer {
    private static final PathPattern API = PathPatternParser.defaultInstance.parse("/api/**");

    private final List<HttpMessageReader<?>> readers;
    private final List<Encoder<?>> encoders;

    WebConfiguration(List<HttpMessageReader<?>> readers, List<Encoder<?>> encoders) {
        this.readers = readers;
        this.encoders = encoders;
    }

    /**
     * Ignores {@code Accept}: whoever asked for something else would get a 406 for what was done nevertheless. The API
     * answers JSON, everything else what it has.
     */
    @Override
    public void configureContentTypeResolver(RequestedContentTypeResolverBuilder builder) {
        builder.resolver(exchange -> API.matches(exchange.getRequest().getPath().pathWithinApplication())
                ? List.of(MediaType.APPLICATION_JSON)
                : RequestedContentTypeResolver.MEDIA_TYPE_ALL_LIST);
    }

    /** Reads and writes bodies with our own readers and encoders, ahead of Spring's. */
    @Override
    public void configureHttpMessageCodecs(ServerCodecConfigurer configurer) {
        readers.forEach(configurer.customCodecs()::register);
        encoders.forEach(configurer.customCodecs()::register);
    }

    /** Lets a path with slashes at its end mean the path without. */
    @Bean
    @Order(FilterOrder.PATH)
    WebFilter trailingSlashes() {
        return (exchange, chain) -> {
            ServerHttpRequest request = exchange.getRequest();
            String path = request.getPath().value();
            int end = path.length();
            while (end > 1 && path.charAt(end - 1) == '/') {
                end--;
            }
            return end == path.length()
                    ? chain.filter(exchange)
                    : chain.filter(exchange.mutate()
                            .request(request.mutate()
                                    .path(path.substring(0, end))
                                    .build())
                            .build());
        };
    }

    /** Runs event loops of our own: the global ones are stopped by whichever application in the JVM stops first. */
    @Bean
    ReactorResourceFactory reactorResourceFactory() {
        ReactorResourceFactory resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        return resources;
    }
}
