/** What an orchestrator and an operator ask of this worker: liveness, readiness, drain. */
@NullMarked
package dev.merpati.worker.management;

import org.jspecify.annotations.NullMarked;
