package dev.merpati.gateway.web;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.context.annotation.Configuration;

/** Lets {@link RequestContext} carry the ids of request and tenant from the Reactor context into the log's MDC. */
@Configuration(proxyBeanMethods = false)
class RequestIdLogging {
    /** The name of the {@link RequestLabels} in the Reactor context. */
    static final String KEY = "request";

    /** The ids' names in the MDC, as in the worker. */
    private static final String REQUEST_ID = "requestId";

    private static final String TENANT_ID = "tenantId";

    /** The registry is the JVM's: to register again under the same key replaces, and so does no harm. */
    RequestIdLogging() {
        ContextRegistry.getInstance().registerThreadLocalAccessor(new Labels());
    }

    private static final class Labels implements ThreadLocalAccessor<RequestLabels> {
        @Override
        public Object key() {
            return KEY;
        }

        @Override
        public @Nullable RequestLabels getValue() {
            String requestId = MDC.get(REQUEST_ID);
            return requestId == null ? null : new RequestLabels(requestId, MDC.get(TENANT_ID));
        }

        @Override
        public void setValue(RequestLabels labels) {
            MDC.put(REQUEST_ID, labels.requestId());
            String tenantId = labels.tenantId();
            if (tenantId == null) {
                MDC.remove(TENANT_ID);
            } else {
                MDC.put(TENANT_ID, tenantId);
            }
        }

        @Override
        public void setValue() {
            MDC.remove(REQUEST_ID);
            MDC.remove(TENANT_ID);
        }
    }
}
