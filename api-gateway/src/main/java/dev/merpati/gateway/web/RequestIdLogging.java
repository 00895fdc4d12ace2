package dev.merpati.gateway.web;

import io.micrometer.context.ContextRegistry;
import org.slf4j.MDC;
import org.springframework.context.annotation.Configuration;

/** Lets {@link RequestContext} carry the request id from the Reactor context into the log's MDC. */
@Configuration(proxyBeanMethods = false)
class RequestIdLogging {
    /** The id's name in the Reactor context and in the MDC. */
    static final String KEY = "requestId";

    /** The registry is the JVM's: to register again under the same key replaces, and so does no harm. */
    RequestIdLogging() {
        ContextRegistry.getInstance()
                .registerThreadLocalAccessor(KEY, () -> MDC.get(KEY), id -> MDC.put(KEY, id), () -> MDC.remove(KEY));
    }
}
