class Scheduler:
    def __init__(self, holder): pass
    def start(self): pass
    def stop(self): pass
