@NullMarked
package dev.merpati.worker.session;

import org.jspecify.annotations.NullMarked;
