package dev.merpati.worker.tracing;

import dev.merpati.model.kafka.CommandHeaders;
import dev.merpati.worker.session.CommandTask;
import dev.merpati.worker.session.CommandTracing;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;

/** One span for each command, from its begin in its session to the storing of its outcome, below that of its publishing. */
public final class TracedCommands implements CommandTracing {
    private final Tracer tracer;
    private final Propagator propagator;

    public TracedCommands(Tracer tracer, Propagator propagator) {
        this.tracer = tracer;
        this.propagator = propagator;
    }

    @Override
    public void within(CommandTask task, Runnable action) {
        Span span = propagator
                .extract(task, (from, name) -> CommandHeaders.TRACE_PARENT.equals(name) ? from.traceParent() : null)
                .name("process " + task.envelope().command().wireName())
                .kind(Span.Kind.CONSUMER)
                .start();
        try (Tracer.SpanInScope _ = tracer.withSpan(span)) {
            action.run();
        } finally {
            span.end();
        }
    }
}
