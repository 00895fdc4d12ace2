@NullMarked
package dev.merpati.worker.cobalt.query;

import org.jspecify.annotations.NullMarked;
